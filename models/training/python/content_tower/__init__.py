import os

# Threads that wait must not spin: training shares its processors with others. Read when the first of them starts.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
