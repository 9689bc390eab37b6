import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{B as m}from"./chunk-2EYN57SV.mjs";import{a as u}from"./chunk-4ZECDF2X.mjs";import{a as s}from"./chunk-BKK4SZBG.mjs";function p(n,{seed:t}={}){return["npx reprise",...n.map((e,r)=>t===void 0?e:e==="--seed=random"?`--seed=${t}`:e==="random"&&n[r-1]==="--seed"?String(t):e).map(d)].join(" ")}function d(n){return/^[\w@%+=:,./-]+$/.test(n)?n:`'${n.replaceAll("'","'\\''")}'`}function g(n,{json:t,io:o,command:e}){let r=n.map(({result:i})=>i);if(t)u(o,r.length===1?r[0]:r);else{o.stdout.write(`${m(r)}

`);for(let{path:i}of n)o.stdout.write(`${i}
`);o.stdout.write(`
again: ${e}
`)}return r.some(({validity:i})=>i.verdict==="invalid")?s.invalid:s.done}export{p as a,g as b};
