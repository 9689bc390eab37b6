import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-EVTKJVJN.mjs";import"./chunk-3ZHGCFK6.mjs";import"./chunk-OYLYJRA6.mjs";import"./chunk-PW3NLTV5.mjs";import"./chunk-XXVSXLYU.mjs";export{a as planJobs};
