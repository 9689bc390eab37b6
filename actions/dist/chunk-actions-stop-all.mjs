import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{b as i}from"./chunk-actions-action.mjs";async function a(o,r){let t=[];for(let e of[o.launch,o.evaluation]){let n=i("launch stop",await r.cli(["launch","stop",`--state=${e}`]));n!==void 0&&t.push(n)}return t.length>0?t.join("; "):void 0}export{a};
