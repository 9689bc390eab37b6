import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
async function i(n,a,r){let e=new AbortController,t=()=>e.abort(n.reason);n.aborted&&t(),n.addEventListener("abort",t);let o=()=>{};r?.addEventListener("abort",o);try{return await a(e.signal)}finally{n.removeEventListener("abort",t),r?.removeEventListener("abort",o)}}export{i as a};
