// Every page works without these; they make it quicker.
import "./answers.js";
import "./toasts.js";
import "./menus.js";
import "./lists.js";
import "./side.js";
import "./palette.js";
import "./mentions.js";
import "./keys.js";
import "./scan.js";
import "./scrollers.js";
