import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{rename as o,rm as e,writeFile as c}from"node:fs/promises";async function w(t,a){let r=`${t}.${crypto.randomUUID()}.part`;try{await c(r,a,{flag:"wx"}),await o(r,t)}catch(i){throw await e(r,{force:!0}).catch(()=>{}),i}}export{w as a};
