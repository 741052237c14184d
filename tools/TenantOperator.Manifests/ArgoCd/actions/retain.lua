obj.spec.deletionPolicy = "Retain"
return obj
