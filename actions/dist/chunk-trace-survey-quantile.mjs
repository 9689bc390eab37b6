import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function c(i,u,o=0){let f=i.length+o;if(f===0)return;let t=(f-1)*u,n=Math.floor(t),e=i[n]??1/0;if(t===n)return e;let r=i[n+1]??1/0;return r===1/0?1/0:Math.min(r,e+(r-e)*(t-n))}export{c as a};
