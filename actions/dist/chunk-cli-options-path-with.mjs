import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{join as o,parse as d}from"node:path";function u(n,e){if(e===void 0)return n;let{dir:i,base:r}=d(n),[,t,s]=/^(.[^.]*)(.*)$/.exec(r);return o(i,`${t}-${e}${s}`)}export{u as a};
