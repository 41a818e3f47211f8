"""AdamW by hand on lists of tensors: torch._foreach operations and a decay before the step."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.AdamW(0.01, weight_decay=0.1),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


class ForeachAdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, wd=0.1, b1=0.9, b2=0.999, eps=1e-7):
        super().__init__(params, dict(lr=lr, wd=wd, b1=b1, b2=b2, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for g in self.param_groups:
            ps = g["params"]
            grads = [p.grad for p in ps]
            for p in ps:
                if not self.state[p]:
                    self.state[p].update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                self.state[p]["t"] += 1
            t = self.state[ps[0]]["t"]
            ms, vs = [self.state[p]["m"] for p in ps], [self.state[p]["v"] for p in ps]
            torch._foreach_lerp_(ms, grads, 1 - g["b1"])
            torch._foreach_mul_(vs, g["b2"])
            torch._foreach_addcmul_(vs, grads, grads, 1 - g["b2"])
            torch._foreach_mul_(ps, 1 - g["lr"] * g["wd"])
            denominators = [torch.sqrt(v) for v in vs]
            torch._foreach_add_(denominators, g["eps"])
            size = g["lr"] * (1 - g["b2"] ** t) ** 0.5 / (1 - g["b1"] ** t)
            torch._foreach_addcdiv_(ps, ms, denominators, -size)


loop = TorchLoop(net, ForeachAdamW(net.parameters()), nn.MSELoss())
EXPECTED = "equal"
