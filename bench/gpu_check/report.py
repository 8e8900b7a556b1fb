"""What tools/gpu_check found, as JSON, as Markdown and as a short table."""
import dataclasses
import json
import re

PASSED, FAILED, LEFT_OUT, NO_TIME, NOT_RUN = "passed", "FAILED", "left out", "no time", "not run"
NO_FIGURE = "emulated, no figure"


@dataclasses.dataclass
class Section:
    """One part of the report. `data` is what the JSON adds to the rest."""

    name: str
    title: str
    status: str = NOT_RUN
    summary: str = ""
    seconds: float = 0
    span: tuple = ()  # when it began and ended, on the monotonic clock
    notes: list = dataclasses.field(default_factory=list)
    tables: list = dataclasses.field(default_factory=list)
    data: dict = dataclasses.field(default_factory=dict)

    def fail(self, why):
        self.status = FAILED
        self.notes.append(why)
        self.summary = self.summary or why.splitlines()[0][:100]

    def leave_out(self, why):
        self.status, self.summary = LEFT_OUT, why
        self.notes.append(why)

    def table(self, columns, rows):
        self.tables.append({"columns": columns, "rows": rows})


class Report:
    """Sections in order; written anew after each, so that a run that is cut leaves what it has."""

    def __init__(self, folder, emulated, sections):
        self.folder, self.emulated, self.sections = folder, emulated, sections

    def failed(self):
        return [section for section in self.sections if section.status == FAILED]

    def write(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {
            "emulated": self.emulated,
            "passed": not self.failed(),
            "sections": {section.name: dataclasses.asdict(section) for section in self.sections},
        }
        text = json.dumps(content, indent=1) + "\n"
        (self.folder / "gpu_check.json").write_text(text, encoding="utf-8")
        (self.folder / "gpu_check.md").write_text(self.markdown(), encoding="utf-8")

    def markdown(self):
        machine = self.sections[0].data
        lines = [f"# gpu_check: {machine.get('gpu', 'no GPU')}", ""]
        if self.emulated:
            lines += ["On the emulated device: the programs ran to their ends, and no time in here is "
                      "a figure of any GPU.", ""]
        lines += ["| part | result | seconds | |", "|---|---|---:|---|"]
        lines += [f"| {section.title} | {section.status} | {section.seconds:.0f} | {section.summary} |"
                  for section in self.sections]
        for section in self.sections:
            lines += ["", f"## {section.title}", ""]
            lines += [f"- {note.strip()}" if "\n" not in note.strip()
                      else "```\n" + note.strip() + "\n```" for note in section.notes]
            for table in section.tables:
                lines += ["", "| " + " | ".join(table["columns"]) + " |"]
                lines.append("|" + "---|" * len(table["columns"]))
                lines += ["| " + " | ".join(map(cell, row)) + " |" for row in table["rows"]]
        return "\n".join(lines) + "\n"

    def short_table(self):
        width = max(len(section.title) for section in self.sections)
        lines = [f"{section.title:<{width}}  {section.status:<8} {section.seconds:4.0f} s  "
                 f"{section.summary}".rstrip() for section in self.sections]
        return "\n".join(lines)


def cell(value):
    """Figures of four digits; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def slug(name):
    """A folder's name for a GPU: "NVIDIA H200" -> "nvidia-h200"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unknown-gpu"
