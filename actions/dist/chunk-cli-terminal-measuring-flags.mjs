import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
var r=["bench","replay","calibrate"],a=["--max-semi-space-size=4","--initial-old-space-size=256"],i=["--max-semi-space-size=4"];function s(e){return e[0]==="capture"?i:r.includes(e[0])?a:[]}function n(e){return e[0]==="capture"?{MALLOC_MMAP_THRESHOLD_:"131072"}:{}}export{a,s as b,n as c};
