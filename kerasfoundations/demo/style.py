"""How the page looks, in light and dark, and what gradio's sketchpad lacks."""

from __future__ import annotations

from kerasfoundations.system.words import said

STYLE = """
:root { --strong: #0072B2; }
.dark { --strong: #56B4E9; }
.facts { border-collapse: collapse; width: 100%; max-width: 640px; }
.facts { font-variant-numeric: tabular-nums; }
.facts, .facts tr, .facts th, .facts td { border: none !important; }
.facts caption { text-align: left; padding: 4px 0; }
.facts th, .facts td { padding: 1px 6px !important; text-align: right !important; }
.facts thead th { font-weight: normal; color: inherit; font-style: italic; }
.facts tbody th { font-weight: inherit; width: 4em; }
.probabilities td { display: flex; align-items: center; gap: 8px; }
.probabilities thead th:last-child { text-align: right !important; }
.probabilities .bar { flex: 1; }
.probabilities i { display: block; height: 0.9em; min-width: 1px; background: #777777; }
.probabilities .best { font-weight: bold; }
.probabilities .best i { background: var(--strong); }
#said p { font-size: 1.4em; font-weight: bold; margin: 0; overflow-wrap: anywhere; }
figure { margin: 8px 0 !important; }
figure img { display: block; max-width: 100%; height: auto; background: white; margin: 0; }
.plots { display: flex; flex-wrap: wrap; gap: 8px; }
.plots figure { flex: 1 1 260px; max-width: 420px; }
#seen img { image-rendering: pixelated; }
#line-said p { font-size: 1.2em; font-weight: bold; font-variant-numeric: tabular-nums; }
#said .unbroken { white-space: nowrap; }
#said [data-testid=status-tracker] { display: none; }
#typed ::placeholder { color: #66666e; opacity: 1; }
.dark #typed ::placeholder { color: #b0b0b8; }
h2 { overflow-wrap: anywhere; }
.scrolled { overflow-x: auto; }
summary { cursor: pointer; }
#canvas :focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible,
summary:focus-visible {
    outline: 3px solid var(--strong) !important; outline-offset: 2px !important;
}
#canvas button[aria-label=Color] { display: none; } /* there is one, black */
@media (max-width: 600px) {
    #canvas { height: 250px !important; }
    #canvas .toolbar-wrap { top: 0; left: 0; right: auto; width: auto; }
    #canvas .toolbar-wrap, #canvas .half-container { flex-direction: row; }
    #canvas .half-container { width: auto; padding: 0 4px; }
}
footer { display: none !important; }
"""
CANVAS_LABEL = (
    "Canvas. Draw one digit or a row with the mouse, a pen or a finger. Without these, type digits "
    "or choose a picture below."
)
# The sketchpad starts without a tool, even after it was cleared: select the pen as soon as it
# appears. Its canvas has no name for a screen reader, and the box around it a wrong one.
_TAKE_PEN = """() => {
    const waiting = setInterval(() => {
        const pen = document.querySelector("#canvas button[aria-label=Brush]");
        const canvas = document.querySelector("#canvas canvas");
        if (!pen || !canvas) return;
        clearInterval(waiting);
        pen.click();
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", "%s");
        const box = document.querySelector("#canvas .image-container");
        if (box) { box.setAttribute("role", "group"); box.setAttribute("aria-label", "%b"); }
    }, 100);
}"""


def take_pen() -> str:
    """Return the script that selects the pen and names the canvas."""
    return _TAKE_PEN.replace("%s", said(CANVAS_LABEL)).replace("%b", said("Sketchpad"))
