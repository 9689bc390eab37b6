import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{A as r,h as m,j as g,l as w,m as J,o as $,p as b,r as h,s as y,w as v}from"./chunk-PSH3EEHK.mjs";import{a as i,c as E}from"./chunk-BKK4SZBG.mjs";import{mkdir as k,writeFile as O}from"node:fs/promises";import{join as f}from"node:path";async function A(e,{folder:n,cancelled:l}){let s=w(e);await k(n,{recursive:!0}).catch(S(n));let o=new Map;for(let c of await y(n,s)){let d=await P(f(n,c));d!==void 0&&o.set(c,d)}let t=await h(n,s,{disowned:[...o.keys()]}),a=$(e),u=J({job:e,evidence:t,cancelled:l,reproduce:a});return await x(f(n,b.job),e),await x(f(n,b.status),u),{status:u,unbuilt:[...o.values()]}}async function P(e){try{await v(e,await g(e));return}catch(n){if(!(n instanceof m))throw n;return n.message}}async function x(e,n){await O(e,`${JSON.stringify(n,null,2)}
`).catch(S(e))}function S(e){return({code:n})=>{throw new E(`${e}: cannot be written (${n}); give the folder that the job's launch and run are in`)}}function D({failure:e}){return e?e.class==="infrastructure"?i.operator:e.class==="recipe"?i.author:i.invalid:i.done}function I({status:e,unbuilt:n}){let{name:l,configKey:s,outcome:o,failure:t,evaluation:a,reproduce:u}=e,c=t?.phase===void 0?"":` in ${t.phase}`,d=t?`FAILED ${t.class}${c}: ${r(t.message)}`:o,R=a==="not-requested"||t?.class==="eval"?"":`
eval: ${a}`,j=(t?.logTail??[]).slice(-10).map(p=>`
  | ${r(p)}`),F=n.map(p=>`
${r(p)}`);return`${r(s,200)} ${l}: ${d}${R}${F.join("")}${j.join("")}
again: ${r(u,4e3)}
`}export{A as a,D as b,I as c};
