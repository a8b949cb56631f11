"""What the benchmarks of mail share: how many are wanted, and how it is told how fast they were."""
import sys
import time


def wanted(option, usual):
    """Taken out of the command line, which is otherwise that of every suite."""
    if option not in sys.argv:
        return usual
    at = sys.argv.index(option)
    count = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]
    return count


def tell(suite, way, count, began):
    taken = time.monotonic() - began
    print(f"{suite.store:8} {way:34} {count:6} mails {taken:7.2f} s {count / taken:7.0f} a second",
          flush=True)
