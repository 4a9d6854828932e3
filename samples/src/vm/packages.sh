# What the virtual machine is made of. Sourced.
#
# The kernel is Debian's for 12 from its backports of long-term kernels: its own 6.1 is below the floor of EMP.
# Pinned, so that what runs today runs tomorrow; to try another: EMP_VM_KERNEL=package=version.
kernel_package=linux-image-6.12.117+deb12-amd64
kernel_version=6.12.117-1~deb12u1
kernel_sha256=803d36a7cda13355ae8152122470288b2636f19f1cb58162dd9d8b408af9b1b4

# On the host: the emulator, and what is put into or used by the guest, which has the host's files.
host_packages="qemu-system-x86 busybox-static cpio kmod xz-utils iproute2 libibverbs1 librdmacm1 ibverbs-providers"
