local actions = {}
actions["refresh"] = { displayName = "Look at it now", iconClass = "fa fa-fw fa-sync-alt" }
return actions
