"""Very many accounts elsewhere, at a provider in the benchmark's own process (federation.c)."""
import os
import shutil
import subprocess
import tempfile


def compare(build, accounts=100000, seconds=70):
    """Print what it costs to keep them fresh, each read once in ten minutes, and a first reading."""
    folder = tempfile.mkdtemp(prefix="fasti-bench-")
    try:
        done = subprocess.run([os.path.join(build, "bench", "federation"), folder, str(accounts),
                               str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True, timeout=3600)
        print(f"\n{accounts} accounts elsewhere (aim: 5 % of a core; a first reading 3 s)")
        print(done.stdout.decode(), end="", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
