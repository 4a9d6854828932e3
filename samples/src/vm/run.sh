#!/usr/bin/env bash
# Boots the virtual machine, runs a command in it, prints what that prints, and ends with its code.
#
#   run.sh [-t seconds] [-m MiB] [-n netdev] [-a number] built-folder run-folder 'command'
#
# The guest has all files of this machine, and what it writes stays in its memory but for the run folder, /run/vm;
# /run/tmp is a tmpfs. It has a device rxe0 at 10.0.0.1, or 10.0.0.NUMBER: on a network of its own, or on the one that QEMU's
# netdev joins it to. Emulated (no KVM): times in it say nothing about hardware.
set -euo pipefail
seconds=300 mib=3072 netdev= number=1
while getopts "t:m:n:a:" option; do
  case $option in
    t) seconds=$OPTARG ;;
    m) mib=$OPTARG ;;
    n) netdev=$OPTARG ;;
    a) number=$OPTARG ;;
    *) exit 2 ;;
  esac
done
net=() interface=dummy0
if [ -n "$netdev" ]; then
  mac=$(printf '52:54:00:00:00:%02x' "$number")
  net=(-netdev "$netdev,id=n0" -device "virtio-net-pci,netdev=n0,mac=$mac,host_mtu=4200,romfile=") interface=eth0
fi
shift $((OPTIND - 1))
built=$1 run=$2
mkdir -p "$run"
rm -f "$run/code"
cat >"$run/command" <<EOF
ip link set lo up
[ $interface = eth0 ] || ip link add dummy0 type dummy 2>/dev/null
ip addr add 10.0.0.$number/24 dev $interface
ip link set $interface up mtu 4200
rdma link add rxe0 type rxe netdev $interface
cd /run/tmp
$3
EOF
set +e
timeout --foreground "$seconds" qemu-system-x86_64 -machine q35 -accel tcg,thread=multi,tb-size=512 -cpu max \
  -smp "${EMP_VM_CPUS:-1}" -m "$mib" -nodefaults -no-user-config -display none -no-reboot \
  -kernel "$built/vmlinuz" -initrd "$built/initrd" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off nokaslr audit=0 random.trust_cpu=on tsc=reliable no5lvl" \
  -serial "file:$run/console" \
  -device virtio-serial-pci -chardev file,id=out,path=/dev/fd/3 -device virtserialport,chardev=out,name=out \
  -virtfs "local,path=$run,mount_tag=run,security_model=none,multidevs=remap" \
  -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
  "${net[@]}" </dev/null 3> >(cat)
ended=$?
[ -f "$run/code" ] && exit "$(cat "$run/code")"
echo "the virtual machine ended without a code (qemu: $ended, 124 is out of time after $seconds s); its console:" >&2
tail -20 "$run/console" >&2
exit 125
