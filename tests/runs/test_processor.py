"""What a process is told before it trains."""

import subprocess
import sys

PROGRAM = """
import resource, torch
from advnets.runs.processor import settled

torch.set_num_threads(2)
small = torch.tensor(1e-38).expand(1_000_000)
with settled():
    print(int((small * 0.1).count_nonzero()))
print((small[0] * 0.1).item() == 0)

def faults(rounds):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(rounds):
        torch.ones(12_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults(10)
print(faults(10))
"""


def test_the_smallest_numbers_are_zero_in_all_threads_for_a_time_and_memory_is_kept():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "0"
    assert said[1] == "False"
    if sys.platform == "linux":
        assert int(said[2]) < 1000  # of the 117,000 pages that ten rounds touch
