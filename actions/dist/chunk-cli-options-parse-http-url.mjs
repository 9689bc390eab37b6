import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{d as t}from"./chunk-replay-engine-content-ascii-page.mjs";import{g as o}from"./chunk-commander-index.mjs";function p(r){try{return t(r),r}catch(e){throw new o(`--url ${e.message}`)}}export{p as a};
