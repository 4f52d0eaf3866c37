"""The released members as one product: what a client's window scores, with and without the flow."""

import json
from pathlib import Path

import numpy as np
import torch

from lab_data.records import FLOW_WIDTH

from .bilstm import FORWARD_PACKETS, LENGTH, ReleasedBiLstm
from .ensemble import Certain, combined
from .flow_tower import ReleasedFlowTower, load_released, seen_mask
from .labels import CONTENT
from .windows import without_flow

USUAL_CERTAIN_CONTENT = 0.9
BATCH = 4096


def newest(models: Path, role: str) -> Path | None:
    """The directory of a role's newest released version."""
    versions = [manifest.parent for manifest in (models / role).glob("*/manifest.json")]
    return max(versions, key=lambda path: [int(part) for part in path.name.split(".")], default=None)


class Product:
    """The BiLSTM that is about to be released beside the newest released towers of a models directory."""

    def __init__(self, bilstm: ReleasedBiLstm, certain: float, models: Path) -> None:
        self.bilstm = bilstm.eval()
        content, flow = newest(models, "content"), newest(models, "flow")
        manifest = json.loads((flow / "manifest.json").read_text()) if flow else None
        self.flow: ReleasedFlowTower | None = None
        if flow and manifest:
            self.flow = load_released(flow, manifest["calibration"]["a"], manifest["calibration"]["b"])
        certain_content = json.loads((content / "manifest.json").read_text())["thresholds"]["certain"] if content else USUAL_CERTAIN_CONTENT
        self.certain = Certain(certain_content, manifest["thresholds"]["certain"] if manifest else 1.0, certain)
        self.members = {"content": content.name if content else None, "flow": flow.name if flow else None}

    def scores(self, steps: np.ndarray, mask: np.ndarray, with_flow: bool = True, with_content: bool = True) -> np.ndarray:
        """Ensemble scores of windows `[N, 16, 64]`; without content, as if the newest request carried nothing that stands out."""
        parts = [slice(start, start + BATCH) for start in range(0, len(steps), BATCH)]
        return np.concatenate([self._scores(steps[part], mask[part], with_flow, with_content) for part in parts])

    @torch.no_grad()
    def _scores(self, steps: np.ndarray, mask: np.ndarray, with_flow: bool, with_content: bool) -> np.ndarray:
        content = steps[:, LENGTH - 1, CONTENT] * (1.0 if with_content else 0.0)
        seen = torch.tensor(steps if with_flow else without_flow(steps))
        behaviour = self.bilstm.behaviour(seen, torch.tensor(mask)).numpy()
        flow = None
        if with_flow and self.flow is not None:
            features = seen[:, LENGTH - 1, :FLOW_WIDTH]
            metered = features[:, FORWARD_PACKETS] > 0
            flow = (self.flow(features, torch.tensor(seen_mask()).repeat(len(features), 1))[0] * metered).numpy()
        return combined(content, flow, 1 - (1 - behaviour) * (1 - content), self.certain)
