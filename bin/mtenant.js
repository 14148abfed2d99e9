#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must get as far as the message below.
var needed = [20, 19];
var found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    "mtenant needs Node.js " +
      needed.join(".") +
      " or newer, and this is " +
      process.versions.node +
      " (" +
      process.execPath +
      ").\nInstall a newer Node.js, or put one first in PATH.\n",
  );
  process.exitCode = 3;
} else {
  import("../dist/main.js")
    .then(function (mtenant) {
      return mtenant.createIo(process).then(function (io) {
        return mtenant.main(process.argv.slice(2), io);
      });
    })
    .then(function (code) {
      process.exitCode = code;
      return code;
    })
    .catch(function (error) {
      process.stderr.write("mtenant could not start: " + (error && error.stack ? error.stack : error) + "\n");
      process.exitCode = 70;
    });
}
