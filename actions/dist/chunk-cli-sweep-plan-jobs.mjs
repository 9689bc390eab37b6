import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-cli-sweep-launches-in.mjs";import"./chunk-launcher-devices-device-use.mjs";import"./chunk-yaml-compose-compose-collection.mjs";import"./chunk-zod-index.mjs";import"./chunk-safe-text-html-text.mjs";import"./chunk-joint-2.mjs";export{a as planJobs};
