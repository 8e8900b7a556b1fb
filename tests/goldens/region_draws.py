"""The noise by which hard attention draws its regions, as the engine has it (kernels/attention.h): by
Philox, from the step and from the caption's row and position."""
import torch

REGION_SITE = 0x72656769  # of HardDecoder


def philox(key, high, low):
    """Philox4x32-10 (Salmon 2011), as kernels/philox.h counts."""
    mask = 0xFFFFFFFF
    k0, k1 = key & mask, key >> 32
    x = [low & mask, low >> 32, high & mask, high >> 32]
    for _ in range(10):
        a, b = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [b >> 32 ^ x[1] ^ k0, b & mask, a >> 32 ^ x[3] ^ k1, a & mask]
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return x


def gumbel(step, row, position, regions):
    """What is added to the scores of the regions before the greatest one is taken."""
    x = philox(0, step, REGION_SITE)  # the seed is 0
    key = x[1] << 32 | x[0]
    u = [(philox(key, row << 16 | position, l)[0] >> 8) / 2**24 for l in range(regions)]
    return -torch.log(-torch.log(torch.tensor(u, dtype=torch.float64)))
