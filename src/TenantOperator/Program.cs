Console.WriteLine("tenant-operator");
