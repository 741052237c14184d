-- The number that was shown and no more: if more are to go by now, they are held again.
obj.spec.maxRemovals = obj.status.users.removalsToConfirm
return obj
