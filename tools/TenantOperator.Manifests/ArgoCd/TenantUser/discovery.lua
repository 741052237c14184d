local paused = obj.spec.paused == true

local actions = {}
actions["refresh"] = { displayName = "Look at it now", iconClass = "fa fa-fw fa-sync-alt" }
actions["pause"] = { disabled = paused, displayName = "Stop all changes", iconClass = "fa fa-fw fa-pause" }
actions["unpause"] = { disabled = not paused, displayName = "Allow changes again", iconClass = "fa fa-fw fa-play" }
return actions
