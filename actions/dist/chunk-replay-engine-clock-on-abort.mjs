import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
var r=new WeakMap;function c(e,t){if(e.aborted)return t(),()=>{};let n=r.get(e)??i(e),o=()=>t();return n.add(o),()=>{n.delete(o)}}function i(e){let t=new Set;return r.set(e,t),e.addEventListener("abort",()=>{for(let n of t)n();t.clear()},{once:!0}),t}export{c as a};
