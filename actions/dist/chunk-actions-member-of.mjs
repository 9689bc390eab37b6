import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function r(n,t){if(typeof n!="object"||n===null||!Object.hasOwn(n,t))return;let e=n[t];return typeof e=="string"||typeof e=="number"?String(e):void 0}export{r as a};
