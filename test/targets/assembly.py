"""Assembly as data: what LLVM prints for CPUs, what its disassembler prints for AMD GPUs, and PTX."""

import re
from dataclasses import dataclass

_LABEL = re.compile(r"^(?:\.visible \.entry |[0-9a-f]+ <)?([A-Za-z_]\w*)(?:>?:$|\($)")
_BLOCK = re.compile(r"^[.$]L_*BB\w+:$")
_COMMENT = re.compile(r"\s*(?://|# |;$).*")
_COMMA = re.compile(r",\s*(?![^\[({]*[\])}])")


@dataclass(frozen=True)
class Instruction:
    """One line: its mnemonic, and its operands as they are written."""

    name: str
    operands: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} {', '.join(self.operands)}"


def kernels(text: str) -> dict[str, list[Instruction]]:
    """Function -> its instructions in the order of the text, and the labels that are branched to as instructions
    without operands (`.LBB0_1:`), where the text has them."""
    found: dict[str, list[Instruction]] = {}
    body: list[Instruction] = []
    for line in text.splitlines():
        if label := _LABEL.match(line):
            body = found.setdefault(label[1], [])
        elif _BLOCK.match(code := _COMMENT.sub("", line)):
            body.append(Instruction(code, ()))
        elif line.startswith("\t") and (code := _COMMENT.sub("", line).strip()) and code[0] not in ".{}(":
            name, *rest = code.split(None, 1)
            body.append(Instruction(name, tuple(_COMMA.split(rest[0].strip())) if rest else ()))
    return found


def named(code: list[Instruction], pattern: str) -> list[Instruction]:
    """Those whose whole mnemonic matches, in order."""
    return [instruction for instruction in code if re.fullmatch(pattern, instruction.name)]
