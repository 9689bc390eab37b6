import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-cli-sweep-plan-jobs-2.mjs";import"./chunk-launcher-host-end-processes.mjs";import"./chunk-yaml-compose-compose-collection.mjs";import"./chunk-zod-index.mjs";import"./chunk-joint.mjs";export{a as planJobs};
