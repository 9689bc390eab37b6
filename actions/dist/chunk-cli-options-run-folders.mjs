import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{join as e}from"node:path";function u({out:n,kind:t,lanes:o,now:l}){let r=n??e("runs",`${t}-${s(l)}`);return a=>o.length>1?e(r,`lanes-${a}`):r}function s(n){return n.toISOString().slice(0,19).replaceAll(":","").replace("T","-")}export{u as a};
