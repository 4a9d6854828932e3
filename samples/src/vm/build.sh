#!/usr/bin/env bash
# Makes kernel and initial file system of the virtual machine, in the folder given: vmlinuz, initrd.
# Downloads the kernel's package, once; needs no rights. Says what is missing on the host.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/packages.sh"
into=${1:?folder}
cache=${EMP_VM_CACHE:-$HOME/.cache/emp/rdma-vm}

missing=()
for one in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio kmod:kmod xz:xz-utils \
  ip:iproute2 rdma:iproute2; do
  PATH=$PATH:/usr/sbin:/sbin command -v "${one%%:*}" >/dev/null || missing+=("${one#*:}")
done
ls /usr/lib/*/libibverbs/librxe-*.so >/dev/null 2>&1 || missing+=(ibverbs-providers)
ls /usr/lib/*/librdmacm.so.1 >/dev/null 2>&1 || missing+=(librdmacm1)
if [ ${#missing[@]} -gt 0 ]; then
  echo "missing on this machine: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 3
fi

if [ -n "${EMP_VM_KERNEL:-}" ]; then
  kernel_package=${EMP_VM_KERNEL%%=*} kernel_version=${EMP_VM_KERNEL#*=} kernel_sha256=
fi
deb=$cache/${kernel_package}_${kernel_version/:/%3a}_amd64.deb
if [ ! -f "$deb" ]; then
  mkdir -p "$cache/new"
  (cd "$cache/new" && apt-get download -q "$kernel_package=$kernel_version") >&2 || {
    echo "$kernel_package=$kernel_version cannot be had: apt-get update, or name another 6.12 with" \
      "EMP_VM_KERNEL=package=version (apt-cache search linux-image-6.12)" >&2
    exit 3
  }
  mv "$cache/new/"*.deb "$deb"
fi
[ -z "$kernel_sha256" ] || echo "$kernel_sha256  $deb" | sha256sum --check --quiet >&2

made=$into/made-of
wanted="$deb $(cat "$here/build.sh" "$here/init" | sha256sum)"
[ -f "$into/initrd" ] && [ "$(cat "$made" 2>/dev/null)" = "$wanted" ] && exit 0
rm -rf "$into"
mkdir -p "$into/kernel" "$into/tree"/{bin,mod,proc,sys,dev,host,run,over,all}
dpkg-deb --fsys-tarfile "$deb" | tar x -C "$into/kernel" --wildcards './boot/vmlinuz-*' './lib/modules/*/modules.*' \
  '*/kernel/drivers/infiniband/*' '*/kernel/drivers/virtio/*' '*/kernel/drivers/char/virtio_console*' \
  '*/kernel/drivers/net/virtio_net*' '*/kernel/drivers/net/dummy*' '*/kernel/drivers/net/net_failover*' \
  '*/kernel/net/9p/*' '*/kernel/fs/9p/*' '*/kernel/fs/netfs/*' '*/kernel/fs/fscache/*' '*/kernel/fs/configfs/*' '*/kernel/fs/overlayfs/*' '*/kernel/net/core/*' \
  '*/kernel/net/ipv4/udp_tunnel*' '*/kernel/net/ipv6/ip6_udp_tunnel*' '*/kernel/crypto/*' \
  '*/kernel/arch/x86/crypto/crc32*' '*/kernel/lib/*' 2>/dev/null || true
release=$(ls "$into/kernel/lib/modules")
as() { (exec -a "$1" "$(PATH=$PATH:/usr/sbin:/sbin command -v kmod)" "${@:2}"); }
as depmod -b "$into/kernel" "$release"
for module in virtio_pci 9p 9pnet_virtio virtio_console virtio_net dummy overlay crc32_generic crc32_pclmul libcrc32c ib_uverbs rdma_ucm rdma_rxe; do
  as modprobe -d "$into/kernel" -S "$release" --show-depends $module 2>/dev/null | awk '$1 == "insmod" {print $2}'
done | awk '!seen[$0]++' | while read -r file; do
  name=$(basename "${file%.xz}")
  case $file in *.xz) xz -dc "$file" >"$into/tree/mod/$name" ;; *) cp "$file" "$into/tree/mod/$name" ;; esac
  echo "/mod/$name"
done >"$into/tree/modules"
cp "$(command -v busybox)" "$into/tree/bin/busybox"
install -m 755 "$here/init" "$into/tree/init"
cp "$into/kernel/boot/vmlinuz-$release" "$into/vmlinuz"
(cd "$into/tree" && find . | cpio -o -H newc --quiet) >"$into/initrd"
rm -rf "$into/kernel" "$into/tree"
echo "$wanted" >"$made"
