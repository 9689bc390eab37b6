import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
var s=["bench","replay","calibrate"],a=["--max-semi-space-size=4","--initial-old-space-size=256"];function i(e){return s.includes(e[0])?a:[]}export{a,i as b};
