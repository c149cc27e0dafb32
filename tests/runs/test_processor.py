"""What a process is told before it trains."""

import subprocess
import sys

PROGRAM = """
import resource, torch
from advnets.runs.processor import settle

torch.set_num_threads(2)
settle()
small = torch.full((1_000_000,), 1e-38)
print(int((small * 0.1).count_nonzero()))

def faults(rounds):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(rounds):
        torch.ones(12_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults(10)
print(faults(10))
"""


def test_the_smallest_numbers_are_zero_in_all_threads_and_memory_is_kept():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "0"
    if sys.platform == "linux":
        assert int(said[1]) < 1000  # of the 117,000 pages that ten rounds touch
