-- What the operator saw last. It compares all three with the platform once more, just before it deletes. A platform without technical names has the other for both.
obj.spec.deletionConfirmation = {
  externalId = obj.status.externalId,
  name = obj.status.remote.name or obj.status.remote.displayName,
  displayName = obj.status.remote.displayName
}
return obj
