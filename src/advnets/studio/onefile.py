"""One HTML file from a page, its style sheet and its modules: browsers load no modules from file://.

    python -m advnets.studio.onefile docs/game/plot.html

Each module becomes a function that returns what it exports, in an order in which every import is already there. A module may
say `import { a, b as c } from "./near.js";` and `export function`, `export const` or, last, `export default`, which is left out.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

GAME = Path(__file__).parent / "web" / "game" / "index.html"

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\./[\w./-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:function|const) (\w+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default .*;\n", re.MULTILINE)
SHEET = re.compile(r'<link rel="stylesheet" href="(\./[^"]+)">')
SCRIPT = re.compile(r'<script type="module" src="(\./[^"]+)"></script>')


def one_file(page: Path) -> str:
    """A page with its one style sheet and its one entry module inside; its policy lets it run these two and load nothing.

    Args:
        page: an HTML file that names them as `<link rel="stylesheet" href="./...">` and `<script type="module" src="./...">`.

    Raises:
        ValueError: the page names no such sheet or script, or a module imports or exports in another manner.
    """
    text = page.read_text(encoding="utf-8")
    sheet, script = SHEET.search(text), SCRIPT.search(text)
    if not sheet or not script:
        raise ValueError(f"{page}: one style sheet and one module are what can be put inside")
    style = (page.parent / sheet[1]).read_text(encoding="utf-8")
    program = bundled(page.parent / script[1])
    policy = f"default-src 'none'; img-src data:; style-src '{digest(style)}'; script-src '{digest(program)}'"
    inside = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>'
    return text.replace(sheet[0], inside).replace(script[0], f'<script type="module">{program}</script>')


def digest(text: str) -> str:
    """The name by which a content security policy knows an inline text."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def bundled(entry: Path) -> str:
    """A module and all that it imports, as one script."""
    order: list[Path] = []

    def visit(module: Path) -> None:
        if module not in order:
            for found in IMPORT.finditer(module.read_text(encoding="utf-8")):
                visit((module.parent / found[2]).resolve())
            order.append(module)

    visit(entry.resolve())
    names = {module: f"module_{number}" for number, module in enumerate(order)}
    return "\n" + "\n".join(f"const {names[module]} = {wrapped(module, names)};" for module in order) + "\n"


def wrapped(module: Path, names: dict[Path, str]) -> str:
    """A module as a function called at once, with constants for what it imports and an object of what it exports."""
    text = module.read_text(encoding="utf-8")
    exports = [found[1] for found in EXPORT.finditer(text)]

    def constants(found: re.Match[str]) -> str:
        return f"const {{{found[1].replace(' as ', ': ')}}} = {names[(module.parent / found[2]).resolve()]};\n"

    text = DEFAULT.sub("", EXPORT.sub("", IMPORT.sub(constants, text)))
    if re.search(r"^(import|export)\b", text, re.MULTILINE):
        raise ValueError(f"{module}: an import or export in a manner that cannot be put into one file")
    return f"(() => {{\n{text}return {{ {', '.join(exports)} }};\n}})()"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(one_file(GAME), encoding="utf-8")
