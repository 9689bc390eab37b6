import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function r(e){return e<12e4?`${Number((e/1e3).toFixed(1))} s`:e<72e5?`${Number((e/6e4).toFixed(1))} min`:`${Number((e/36e5).toFixed(1))} h`}export{r as a};
