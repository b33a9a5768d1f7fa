# A perceptron with exact numerics, to the end of what fungible makes.
#
# RUN: rm -rf %t && fungc compile %s --numerics exact --targets cpu:x86-64-v3 --compile-to legalized --dump-stages-to %t -o /dev/null
# RUN: filecheck %s --check-prefix=TORCH --input-file %t/1-torch.mlir
# RUN: filecheck %s --check-prefix=FUNGIBLE --input-file %t/2-fungible.mlir
# RUN: filecheck %s --check-prefix=LINALG --input-file %t/3-linalg.mlir
# RUN: filecheck %s --check-prefix=LEGALIZED --input-file %t/4-legalized.mlir

import torch
from torch import nn

import fungible


def build():
    model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.LayerNorm(16), nn.Linear(16, 4))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return fungible.Program(
        model=model,
        optimizer=optimizer,
        step=step,
        batches=[(torch.ones(32, 8), torch.zeros(32, dtype=torch.int64))],
    )


# TORCH: fungible.numerics = "exact"

# Each op that rounds says how.
# FUNGIBLE: fungible.numerics = "exact"
# FUNGIBLE-NOT: #fungible.numerics<"any"
# FUNGIBLE-LABEL: func.func @step
# FUNGIBLE: "fungible.layer_norm"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"ascending", "products", "fungible">
# FUNGIBLE: "fungible.cross_entropy"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"ascending", "products", "fungible">
# FUNGIBLE: "fungible.adamw"(%{{.*}}) {{.*}}numerics = #fungible.numerics<"ascending", "products", "fungible">
# FUNGIBLE-NOT: #fungible.numerics<"any"
# FUNGIBLE: return

# Of functions only the root is left, which is rounded once. This text is the contract.
# LINALG: fungible.numerics = "exact"
# LINALG-LABEL: func.func @step
# LINALG-NOT: {{math.([a-rt-z]|s[^q])}}
# LINALG: linalg.matmul
# LINALG-NOT: {{math.([a-rt-z]|s[^q])}}
# LINALG: math.sqrt
# LINALG-NOT: {{math.([a-rt-z]|s[^q])}}
# LINALG: return %{{.*}} : tensor<f32>

# On a CPU with fused multiply-adds, products of matrices are chains of them already. Nothing else is left to be fused.
# LEGALIZED: fungible.numerics = "exact"
# LEGALIZED-LABEL: func.func @step
# LEGALIZED-NOT: arith.mulf
# LEGALIZED: linalg.matmul
# LEGALIZED-NOT: arith.mulf
# LEGALIZED: math.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
# LEGALIZED-NOT: arith.mulf
# LEGALIZED: return %{{.*}} : tensor<f32>
