import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{h as g,j as w,l as J,m as $,n as h,o as b,q as y,r as v,v as E,z as r}from"./chunk-UPIFKA3F.mjs";import{a as o,c as x}from"./chunk-BKK4SZBG.mjs";import{mkdir as O,writeFile as P}from"node:fs/promises";import{join as m}from"node:path";async function A(e,{folder:n,cancelled:d,configFiles:i}){let a=J(e);await O(n,{recursive:!0}).catch(R(n));let t=[];for(let p of await v(n,a)){let c=await k(m(n,p));c!==void 0&&t.push(c)}let s=await y(n,a),l=h(e,i?{configFiles:i}:{}),u=$({job:e,evidence:s,cancelled:d,reproduce:l});return await S(m(n,b.job),e),await S(m(n,b.status),u),{status:u,unbuilt:t}}async function k(e){try{await E(e,await w(e));return}catch(n){if(!(n instanceof g))throw n;return n.message}}async function S(e,n){await P(e,`${JSON.stringify(n,null,2)}
`).catch(R(e))}function R(e){return({code:n})=>{throw new x(`${e}: cannot be written (${n}); give the folder that the job's launch and run are in`)}}function D({failure:e}){return e?e.class==="infrastructure"?o.operator:e.class==="recipe"?o.author:o.invalid:o.done}function I({status:e,unbuilt:n}){let{name:d,configKey:i,outcome:a,failure:t,evaluation:s,reproduce:l}=e,u=t?.phase===void 0?"":` in ${t.phase}`,p=t?`FAILED ${t.class}${u}: ${r(t.message)}`:a,c=s==="not-requested"||t?.class==="eval"?"":`
eval: ${s}`,j=(t?.logTail??[]).slice(-10).map(f=>`
  | ${r(f)}`),F=n.map(f=>`
${r(f)}`);return`${r(i,200)} ${d}: ${p}${c}${F.join("")}${j.join("")}
again: ${r(l,4e3)}
`}export{A as a,D as b,I as c};
