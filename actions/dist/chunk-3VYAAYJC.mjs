import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-SSZ4N3AW.mjs";import"./chunk-UAJ7AG6X.mjs";import"./chunk-OYLYJRA6.mjs";import"./chunk-PW3NLTV5.mjs";import"./chunk-XXVSXLYU.mjs";export{a as planJobs};
