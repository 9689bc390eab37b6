import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{j as n,k as t}from"./chunk-yaml-compose-compose-collection.mjs";function l(e,{annotations:r=!1},o){if(o.length===0)return;let a=r||e.env.GITHUB_ACTIONS==="true";e.stderr.write(a?t(o):n(o))}export{l as a};
