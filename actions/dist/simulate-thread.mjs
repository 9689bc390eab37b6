import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{enableCompileCache as a}from"node:module";a();await import("./chunk-cli-run-simulate-on-demand.mjs");
