import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{b as e}from"./chunk-cli-commands.mjs";import"./chunk-cli-terminal-measuring-flags.mjs";import"./chunk-cli-package-json.mjs";import"./chunk-cli-terminal-interrupts.mjs";import"./chunk-commander-index.mjs";import"./chunk-joint-2.mjs";process.exitCode=await e(process.argv.slice(2));
