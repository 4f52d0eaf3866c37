"""The settings of a fit of the BiLSTM: what an ablation varies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    steps: int = 6000
    batch: int = 208
    hidden: int = 32
    dense: int = 48
    dropout: float = 0.15
    attack_share: float = 0.35
    mixed_share: float = 0.06
    """Of a batch's benign windows: an honest user's after an attack from the same key."""
    hard: bool = True
    """Whether the benign rows that score highest are shown more often."""
    without_flow: float = 0.5
    shortened: float = 0.3
    """Windows of which the oldest steps are forgotten: as after an eviction, or on another instance."""
    flood_rate: float = 3.0
    """Requests a second from which a flood of few connections is called one."""
    wide_sizes: bool = False
    """Whether stalled requests also vary in size by more than programs do: any size can be sent slowly."""
    slow_servers: bool = False
    """Whether response times are lengthened in half of the windows, as by servers that do more than the lab's."""
    noise: float = 0.05
