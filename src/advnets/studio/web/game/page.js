/** The page: the game, and beside it the text in the version the reader chooses. */

import { choice } from "./elements.js";
import { START, createModel } from "./state.js";
import { render } from "./widget.js";

const VERSIONS = { plain: "in plain words", introduction: "the introduction", depth: "in depth" };

render({ model: createModel(START), el: document.getElementById("game") });

function read(version) {
  for (const name of Object.keys(VERSIONS)) document.getElementById(name).hidden = name !== version;
}

document.getElementById("versions").append(choice("choose your version", "version", VERSIONS, "plain", read));
read("plain");
