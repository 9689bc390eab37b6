import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{g as o}from"./chunk-cli-options-parse.mjs";import{g as t}from"./chunk-commander-index.mjs";function p(r){try{return o(r),r}catch(e){throw new t(`--url ${e.message}`)}}export{p as a};
