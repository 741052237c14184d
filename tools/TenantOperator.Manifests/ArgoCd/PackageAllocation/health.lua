-- That it exists is all there is to know: it has no status.
if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "It is being deleted." }
end

return { status = "Healthy", message = "Held by Tenant \"" .. obj.spec.holder.name .. "\"." }
