import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/popover.css";
import { render } from "preact";
import { App } from "./App";

const root = document.getElementById("app");
if (root) render(<App />, root);
