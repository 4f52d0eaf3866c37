"""The compiled kernel against autograd over the padded network. `python3 -m unittest content_tower.kernel_test`"""

import random
import unittest

import torch

from .kernel import padded, rows_of
from .network import BOUNDARY, NAME, PAD, PLACES, TEXT, ContentTower


class KernelTest(unittest.TestCase):
    def compare(self, first: int, second: int) -> None:
        torch.manual_seed(first + second)
        draw = random.Random(first + second)
        lengths = [1, 2, 3, 7, 8, 9, 64, TEXT - 1, TEXT, *(draw.randint(1, TEXT) for _ in range(30))]
        rows = [(draw.randbytes(draw.randint(0, NAME)), draw.randbytes(length)) for length in lengths]
        place = torch.randint(0, len(PLACES), (len(rows),))
        tower = ContentTower(first, second).eval()
        weights = torch.randn(len(rows))
        expected = tower(padded(rows_of(rows), BOUNDARY, PAD), place)[0]
        (expected * weights).sum().backward()
        gradients = {name: p.grad.clone() for name, p in tower.named_parameters() if p.grad is not None}
        tower.zero_grad()
        found = tower.of_rows(rows_of(rows), place)[0]
        (found * weights).sum().backward()
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
        for name, p in tower.named_parameters():
            if name in gradients and "category" not in name:
                torch.testing.assert_close(p.grad, gradients[name], atol=2e-3, rtol=2e-3, msg=lambda m, name=name: f"{name}: {m}")

    def test_scores_and_gradients_are_those_of_the_network(self) -> None:
        for first, second in ((64, 64), (64, 128), (128, 64), (32, 32)):
            with self.subTest(first=first, second=second):
                self.compare(first, second)

    def test_padded_rows_hold_name_boundary_and_text(self) -> None:
        tokens = padded(rows_of([(b"cmd", b"id"), (b"", b"x" * 40)]), BOUNDARY, PAD)
        self.assertEqual(tokens.shape, (2, 64))
        self.assertEqual(tokens[0, :7].tolist(), [*b"cmd", BOUNDARY, *b"id", PAD])
        self.assertEqual(tokens[1, :2].tolist() + tokens[1, 40:42].tolist(), [BOUNDARY, *b"x", *b"x", PAD])


if __name__ == "__main__":
    unittest.main()
