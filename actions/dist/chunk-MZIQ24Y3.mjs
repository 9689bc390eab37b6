import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-2NCDEKXS.mjs";import"./chunk-W4CHISKF.mjs";import"./chunk-7EJNFH5D.mjs";import"./chunk-GPUS7TLV.mjs";import"./chunk-XXVSXLYU.mjs";export{a as planJobs};
