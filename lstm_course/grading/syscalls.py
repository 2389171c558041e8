"""What the kernel does for the processes of a sandbox: everything but what no notebook needs.

The filter is a program of the kernel's own small machine (classic BPF), which bubblewrap loads. It closes the
ways out of the namespaces (and into new ones), the kernel's stores that no namespace divides, and memory that
belongs to no process and so would be counted to none.
"""

from __future__ import annotations

import errno
import platform
import struct

from lstm_course.errors import InputError

# Names, and the numbers on x86_64 and aarch64.
FORBIDDEN = {
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # keys, which live on after a process
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # much of the kernel for little
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # memory without a process
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
CLONE, CLONE3, MMAP, SOCKET = (56, 220), (435, 435), (9, 222), (41, 198)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, and the kernel's own name
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
MAP_SHARED = 1
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: others reach out of a network namespace
FOREIGN = 0x40000000  # numbers from here on are x86_64's second set of calls

LOAD, EQUAL, AT_LEAST, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # where the kernel lays them out


def seccomp_filter(machine: str = "") -> bytes:
    """Return the filter for a machine, this one by default, in the form that ``bwrap --seccomp`` reads.

    Raises
    ------
    InputError
        Its system calls are not known here.
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        raise InputError(f"a machine of the kind {' or '.join(MACHINES)}", machine, "Grade on another one.")
    column, architecture = MACHINES[machine]
    refused, unknown = (REFUSE + number for number in (errno.EPERM, errno.ENOSYS))
    program = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, refused)]
    program += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, FOREIGN), (RETURN, 0, 0, refused)]
    for numbers in FORBIDDEN.values():
        program += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, refused)]
    # clone3 keeps its flags where a filter cannot look; libraries then go on with clone.
    program += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, unknown)]
    for numbers, argument, bits in ((CLONE, 0, NEW_NAMESPACES), (MMAP, 3, MAP_SHARED)):
        program += [(EQUAL, 0, 4, numbers[column]), (LOAD, 0, 0, ARGUMENTS + 8 * argument)]
        program += [(BITS, 0, 1, bits), (RETURN, 0, 0, refused), (RETURN, 0, 0, ALLOW)]
    program += [(EQUAL, 0, len(FAMILIES) + 2, SOCKET[column]), (LOAD, 0, 0, ARGUMENTS)]
    program += [(EQUAL, len(FAMILIES) - k, 0, family) for k, family in enumerate(FAMILIES)]
    program += [(RETURN, 0, 0, REFUSE + errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", code, yes, no, value) for code, yes, no, value in program)
