-- The number that was shown and no more: if more are to be deleted by now, they are held again.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end

obj.metadata.annotations["tenantoperator.io/confirm-deletions"] = tostring(obj.status.deletionsToConfirm)
return obj
