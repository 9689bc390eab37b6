import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{C as d,n as s}from"./chunk-PSH3EEHK.mjs";import{a as u}from"./chunk-4ZECDF2X.mjs";import{a as m}from"./chunk-BKK4SZBG.mjs";function a(e,{seed:o}={}){return["npx reprise",...e.map((n,r)=>o===void 0?n:n==="--seed=random"?`--seed=${o}`:n==="random"&&e[r-1]==="--seed"?String(o):n).map(s)].join(" ")}function g(e,{json:o,io:t,command:n}){let r=e.map(({result:i})=>i);if(o)u(t,r.length===1?r[0]:r);else{t.stdout.write(`${d(r)}

`);for(let{path:i}of e)t.stdout.write(`${i}
`);t.stdout.write(`
again: ${n}
`)}return r.some(({validity:i})=>i.verdict==="invalid")?m.invalid:m.done}export{a,g as b};
